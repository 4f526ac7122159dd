import { toSpellings } from './media-habits.ts'
import type { MediaOrder, MediaRoute } from './media-route.ts'

/**
 * VmmControl of Huawei, xFusion and H3C: Connect becomes a task of 12 to 15 s, Disconnect is done when it is answered. A Connect fails at
 * random: up to three more times after 4 s (3th1nk/mammoth huawei.md, on a 2288H V5). A share's user stands in the URL.
 */
export const vmmControlRoute: MediaRoute = {
  way: 'vmm-control',
  fits: ({ way, action, insertTarget }) => way === 'oem' && action?.endsWith('VmmControl') === true && insertTarget !== undefined,
  insert: ({ insertTarget }, order, habit) => [{ method: 'POST', path: insertTarget!, body: { VmmControlType: 'Connect', Image: withUser(order, toSpellings(habit, order.url, order.protocol)[0]!) } }],
  eject: ({ insertTarget }) => [{ method: 'POST', path: insertTarget!, body: { VmmControlType: 'Disconnect' } }],
  retry: { times: 3, pauseMs: 4_000 },
}

/** The user's name and password are escaped: an `@` or a `,` in them would be read as the URL's own. */
function withUser({ user, password }: MediaOrder, image: string): string {
  if (user === undefined) return image
  return image.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`)
}
