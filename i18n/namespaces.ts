import type en from '../messages/en.json'

type Namespace = keyof typeof en

/** The words that every page's browser side gets. A page with more words of its own wraps itself in a provider with those. */
export const signedOutNamespaces = ['common', 'errors', 'roles', 'roleHints', 'account'] as const satisfies readonly Namespace[]

export const clientNamespaces = ['common', 'errors', 'roles', 'shell', 'palette', 'keys', 'health', 'powerState'] as const satisfies readonly Namespace[]
export const settingsNamespaces = ['common', 'errors', 'roles', 'roleHints', 'settings', 'shell', 'account'] as const satisfies readonly Namespace[]
export const auditNamespaces = ['common', 'errors', 'audit'] as const satisfies readonly Namespace[]

/** The chosen namespaces of the messages, to hand to NextIntlClientProvider: all of them would be in every page's HTML. */
export function pickNamespaces<M extends Record<string, unknown>>(messages: M, names: readonly (keyof M)[]): Partial<M> {
  return Object.fromEntries(names.map((name) => [name, messages[name]])) as Partial<M>
}
