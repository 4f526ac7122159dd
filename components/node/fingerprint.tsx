import { Copy } from '../ui/copy.tsx'

/** What a person compares character by character: broken where it must be, and to be copied whole. */
export function Fingerprint({ label, text }: { label: string; text: string }) {
  return (
    <div className="min-w-0">
      <p className="text-label text-muted">{label}</p>
      <p className="flex items-start gap-1">
        <span className="min-w-0 font-mono text-label break-all">{text}</span>
        <Copy text={text} className="-my-0.5" />
      </p>
    </div>
  )
}
