/**
 * Why something cannot be done or is not known. A string: the BMC's own words, or what went wrong with asking it. `Said`: a sentence of
 * ours, with its code and what was put into it, so that a page can say it in the reader's language.
 */
export type Said = { code: string; values: Record<string, string>; text: string }
export type Reason = string | Said

/** A speaker for a table of sentences by code; `{name}` stands for a value. */
export function createSay<Code extends string>(sentences: Record<Code, string>) {
  return (code: Code, values: Record<string, string> = {}): Said => ({
    code,
    values,
    text: sentences[code].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ''),
  })
}

export const toReasonText = (reason: Reason): string => (typeof reason === 'string' ? reason : reason.text)

/** What is said of a BMC's Redfish. `messages` has each of them in the languages of the pages, under the same code. */
export const redfishSentences = {
  garbled: 'what this BMC says as {properties} cannot be understood',
  'resets-garbled': 'what this BMC says of its resets cannot be understood, wholly or in part',
  'licence-wanted': 'this BMC wants a licence for it: {cause}',
  'licence-without-media': 'the licence of this BMC ({licence}) says that it does not include virtual media: it may refuse an image',
  'no-update': 'this BMC offers no firmware update over Redfish',
  'no-events': 'this BMC offers no event push over Redfish',
  'no-sessions': 'this BMC offers no session service over Redfish',
  'no-bios': 'this BMC offers no BIOS settings over Redfish',
  'update-off': 'the update service of this BMC is switched off',
  'update-no-way': 'the update service of this BMC offers no way to bring an image',
  'events-off': 'the event service of this BMC is switched off',
  'events-no-subscriptions': 'the event service of this BMC takes no subscriptions',
  'fans-untold': 'over Redfish this BMC tells of no fan control; some have one that they do not tell of',
  'fans-by-trying': 'whether the BMC takes another value shows only by trying',
  'cap-untold': 'this BMC tells of no power limit over Redfish',
  'cap-by-trying': 'the limit can be read; whether the BMC takes another shows only by trying',
  'cap-unset-by-trying': 'no limit is set; whether the BMC takes another shows only by trying',
  'cap-fixed': 'the limit can be read and not changed',
  'bios-empty': 'the BIOS resource of this BMC has no attributes',
  'bios-no-pending': 'the attributes can be read; the BMC names no place for pending ones',
  'bios-fixed': 'the attributes can be read and not changed',
  'media-more': 'there may be more slots: {cause}',
  'media-to-be-enabled': 'no slot is listed until remote media is switched on (EnableRMedia)',
  'media-none': 'this BMC lists no virtual media over Redfish',
  'media-fixed': 'the slots can be looked at and not changed',
  'media-by-trying': 'the slots offer no InsertMedia; whether they take an image by PATCH shows only by trying',
} as const
export type RedfishSentence = keyof typeof redfishSentences
export const say = createSay(redfishSentences)
