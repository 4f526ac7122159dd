import NextLink from 'next/link'

/** `Fleet /`: the page that a title is part of. A phone has no room for it, and its bar below leads there too. */
export function Crumb({ href, children }: { href: string; children: string }) {
  return (
    <>
      <NextLink href={href} className="rounded-sm text-muted hover:text-text max-sm:hidden">
        {children}
      </NextLink>
      <span aria-hidden className="text-faint max-sm:hidden">
        /
      </span>
    </>
  )
}
