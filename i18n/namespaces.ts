import type en from '../messages/en.json'

type Namespace = keyof typeof en

/** The words that the browser side of every page gets, signed in or not. */
export const baseNamespaces = ['common', 'errors', 'shell'] as const satisfies readonly Namespace[]

/** Those of every signed-in page. A feature with more words wraps its page in <PageWords names={[…]}>, which adds to these. */
export const signedInNamespaces = [...baseNamespaces, 'roles', 'palette', 'keys', 'health', 'powerState'] as const satisfies readonly Namespace[]

/** The chosen namespaces of the messages, to hand to NextIntlClientProvider: all of them would be in every page's HTML. */
export function pickNamespaces<M extends Record<string, unknown>>(messages: M, names: readonly (keyof M)[]): Partial<M> {
  return Object.fromEntries(names.map((name) => [name, messages[name]])) as Partial<M>
}
