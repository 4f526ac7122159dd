import { Copy } from '../ui/copy.tsx'

/** A number to take away: a serial, a part number, a MAC. */
export function Copied({ text, label }: { text: string; label: string }) {
  return (
    <span className="inline-flex max-w-full items-center">
      <span className="min-w-0 font-mono break-all">{text}</span>
      <Copy text={text} label={label} className="-my-1 ml-0.5" />
    </span>
  )
}
