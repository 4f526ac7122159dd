import { cx } from './class-names.ts'

export type HealthMarkLevel = 'ok' | 'warning' | 'critical' | 'unknown'
export type PowerMarkState = 'on' | 'off' | 'poweringOn' | 'poweringOff' | 'unknown'

type MarkProps = { /** For screen readers; leave out where the words stand beside it. */ label?: string; className?: string }

const said = (label: string | undefined) => (label === undefined ? { 'aria-hidden': true as const } : { role: 'img' as const, 'aria-label': label })

/** Health has a shape of its own at every level, so that no one needs the colour: disc, triangle, diamond, dashed ring. */
export function HealthMark({ level, label, className }: MarkProps & { level: HealthMarkLevel }) {
  return (
    <svg viewBox="0 0 12 12" width={12} height={12} {...said(label)} className={cx('shrink-0', className)}>
      {level === 'ok' && <circle cx={6} cy={6} r={4} className="fill-ok" />}
      {level === 'warning' && <path d="M6 1 11.4 10.6H.6Z" className="fill-warning" />}
      {level === 'critical' && <path d="M6 0 12 6 6 12 0 6Z" className="fill-critical" />}
      {level === 'unknown' && (
        <circle cx={6} cy={6} r={4.2} fill="none" strokeWidth={1.6} strokeDasharray="2.2 2.2" className="stroke-faint" />
      )}
    </svg>
  )
}

/** Power: on a green dot, off an open ring, on its way a breathing amber dot, unknown a dotted ring. */
export function PowerMark({ state, label, className }: MarkProps & { state: PowerMarkState }) {
  const moving = state === 'poweringOn' || state === 'poweringOff'
  return (
    <svg viewBox="0 0 8 8" width={8} height={8} {...said(label)} className={cx('shrink-0 overflow-visible', className)}>
      {state === 'on' && <circle cx={4} cy={4} r={3.5} className="fill-ok" />}
      {state === 'off' && <circle cx={4} cy={4} r={3} fill="none" strokeWidth={1.2} className="stroke-faint" />}
      {moving && <circle cx={4} cy={4} r={3.5} className="on-its-way fill-warning" />}
      {state === 'unknown' && (
        <circle cx={4} cy={4} r={3.2} fill="none" strokeWidth={1.2} strokeDasharray="1 1.5" className="stroke-faint" />
      )}
    </svg>
  )
}
