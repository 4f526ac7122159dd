'use client'

import { usePathname } from 'next/navigation'
import { createContext, use, type ComponentProps, type MouseEvent } from 'react'
import { toHref } from './address.ts'

const GoContext = createContext<(address: string) => void>(() => {})

/** Gives what leads from one resource to another without asking the server for a page. */
export const GoProvider = GoContext
export const useGo = () => use(GoContext)

/** A press that the browser would answer by another tab or a download is left to it. */
const isPlain = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) => button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey

/** A link to another resource of the same BMC: a real one, that opens in a new tab as well. */
export function LocalLink({ address, children, ...rest }: { address: string } & Omit<ComponentProps<'a'>, 'href' | 'onClick'>) {
  const pathname = usePathname()
  const go = useGo()
  const press = (event: MouseEvent) => {
    if (!isPlain(event)) return
    event.preventDefault()
    go(address)
  }
  return (
    <a {...rest} href={toHref(pathname, address)} onClick={press}>
      {children}
    </a>
  )
}
