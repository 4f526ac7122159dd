import { cx } from './class-names.ts'

export type ButtonKind = 'plain' | 'strong' | 'danger' | 'quiet'
export type ButtonSize = 'md' | 'sm'

const kinds: Record<ButtonKind, string> = {
  plain: 'border-line-strong bg-surface text-text hover:bg-selected',
  strong: 'border-text bg-text text-background hover:opacity-90',
  danger: 'border-line-strong bg-surface text-critical hover:bg-critical-ground',
  quiet: 'border-transparent bg-transparent text-muted hover:bg-hover hover:text-text',
}
/** An outline of dashes; a quiet one has none, or it would stand out more than those that work. */
const off = (kind: ButtonKind) => (kind === 'quiet' ? 'border-transparent bg-transparent text-faint opacity-65' : 'border-dashed border-line-strong bg-transparent text-faint')

const sizes: Record<ButtonSize, string> = { md: 'h-8 px-3', sm: 'h-7 px-2' }

/** The look of a button, also for a link that stands where a button would. */
export const buttonStyle = (kind: ButtonKind = 'plain', size: ButtonSize = 'md', disabled = false) =>
  cx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap transition-colors select-none max-sm:min-h-11',
    sizes[size],
    disabled ? off(kind) : kinds[kind],
  )
