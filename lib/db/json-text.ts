/** A value as JSON that jsonb takes: neither NUL nor half a surrogate pair, which a BMC may have sent in any string or name. */
export const toJsonText = (value: unknown): string => JSON.stringify(value).replace(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '\\ufffd')
