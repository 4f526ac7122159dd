/** The languages of the interface, each by its own name. */
export const locales = { en: 'English', 'zh-CN': '简体中文' } as const
export type Locale = keyof typeof locales

export const localeCookie = 'locale'

const isLocale = (value: string | undefined): value is Locale => value !== undefined && value in locales

type Wish = { tag: string; weight: number }

function toWish(part: string): Wish {
  const [tag = '', ...rest] = part.trim().split(';')
  const weight = rest.find((one) => one.trim().startsWith('q='))?.trim().slice(2)
  return { tag: tag.trim().toLowerCase(), weight: weight === undefined ? 1 : Number(weight) || 0 }
}

/** What fits a browser's language tag; Traditional Chinese reads Simplified more easily than English. */
function toLocale(tag: string): Locale | undefined {
  if (tag === 'zh' || tag.startsWith('zh-')) return 'zh-CN'
  if (tag === 'en' || tag.startsWith('en-')) return 'en'
  return undefined
}

/** The language of a request: the cookie's choice, else the browser's best wish (RFC 9110 §12.5.4), else English. */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie
  const wishes = (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map(toWish)
    .filter((wish) => wish.weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const wish of wishes) {
    const locale = toLocale(wish.tag)
    if (locale !== undefined) return locale
  }
  return 'en'
}
