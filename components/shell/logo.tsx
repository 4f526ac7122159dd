/** Two boards of a rack, each with its light. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" width={20} height={20} aria-hidden className={className} fill="none" stroke="currentColor" strokeWidth={1.5}>
      <rect x={1.75} y={2.75} width={16.5} height={6} rx={1.5} />
      <rect x={1.75} y={11.25} width={16.5} height={6} rx={1.5} />
      <path d="M4.5 5.75h2" className="stroke-accent" />
      <path d="M4.5 14.25h2" className="stroke-ok" />
    </svg>
  )
}
