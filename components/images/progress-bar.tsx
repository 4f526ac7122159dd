/** How much has come, as a thin bar; of what has no known length only that it moves. */
export function ProgressBar({ label, part, isStill }: { label: string; part: number | null; isStill: boolean }) {
  const percent = part === null ? undefined : Math.floor(part * 100)
  return (
    <div role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} className="h-1 w-full overflow-hidden rounded-full bg-line">
      <div className={isStill ? 'h-full bg-faint' : 'h-full bg-info'} style={{ width: part === null ? '100%' : `${Math.min(1, part) * 100}%`, opacity: part === null ? 0.4 : 1 }} />
    </div>
  )
}
