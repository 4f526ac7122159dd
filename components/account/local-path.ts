/**
 * Where to go after the sign-in, from a query parameter: a path of this site, else the fleet. A value that a browser could read as
 * another site (`//host`, `/\host`, a control character that it drops) is not a path. Pure.
 */
export function toLocalPath(value: string | string[] | undefined): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value) || value.includes('\\')) return '/'
  return value.startsWith('/sign-in') || value.startsWith('/api') ? '/' : value
}
