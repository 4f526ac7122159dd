const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** IMF-fixdate, RFC 850 and asctime (RFC 9110 §5.6.7): the first is what everybody sends, the others must be understood. */
const forms = [
  /^[A-Za-z]{3}, (?<day>\d\d) (?<month>[A-Za-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Za-z]+, (?<day>\d\d)-(?<month>[A-Za-z]{3})-(?<short>\d\d) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Za-z]{3} (?<month>[A-Za-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
]

/** A date of a header in seconds since 1970; null where it is none. */
export function parseHttpDate(text: string): number | null {
  const parts = forms.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return null
  const month = months.indexOf(parts['month']!)
  const short = Number(parts['short'])
  const year = parts['year'] === undefined ? short + (short < 70 ? 2000 : 1900) : Number(parts['year'])
  const day = Number(parts['day'])
  const [hour = 0, minute = 0, second = 0] = parts['time']!.split(':').map(Number)
  if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return null
  const at = new Date(Date.UTC(year, month, day, hour, minute, second))
  return at.getUTCDate() === day ? at.getTime() / 1000 : null
}

export const toHttpDate = (seconds: number): string => new Date(seconds * 1000).toUTCString()
