import NextLink from 'next/link'
import type { ComponentProps } from 'react'
import { buttonStyle, type ButtonKind, type ButtonSize } from './button-style.ts'
import { cx } from './class-names.ts'

/** A link in running text: underlined, so that colour is not its only sign. */
export function Link({ className, ...rest }: ComponentProps<typeof NextLink>) {
  return <NextLink {...rest} className={cx('rounded-sm underline decoration-line-control underline-offset-3 hover:decoration-current', className)} />
}

/** A link that looks like a button, for what leads somewhere. */
export function ButtonLink({ kind, size, className, ...rest }: ComponentProps<typeof NextLink> & { kind?: ButtonKind; size?: ButtonSize }) {
  return <NextLink {...rest} className={cx(buttonStyle(kind, size), className)} />
}
