import { Copy } from '../ui/copy.tsx'

type CopiedProps = { text: string; /** What is taken away, where it is not all of it. */ copied?: string; label: string }

/** A number to take away: a serial, a part number, a MAC. */
export function Copied({ text, copied = text, label }: CopiedProps) {
  return (
    <span className="inline-flex max-w-full items-center">
      <span className="min-w-0 font-mono break-all">{text}</span>
      <Copy text={copied} label={label} className="-my-1 ml-0.5" />
    </span>
  )
}
