'use client'

import { Select, type Choice } from '../ui/select.tsx'
import { useSpanWords } from './use-alert-words.ts'

type SpanSelectProps = { label: string; value: string; spans: readonly number[]; onChange: (value: string) => void; /** Choices that are no span, in front. */ others?: readonly Choice<string>[] }

const none: readonly Choice<string>[] = []

/** One of a few spans; one that was set elsewhere stays to be chosen. */
export function SpanSelect({ label, value, spans, onChange, others = none }: SpanSelectProps) {
  const words = useSpanWords()
  const isOther = others.some((one) => one.value === value)
  const known = isOther || spans.includes(Number(value)) ? spans : [...spans, Number(value)].sort((a, b) => a - b)
  return <Select label={label} value={value} onChange={onChange} choices={[...others, ...known.map((seconds) => ({ value: String(seconds), label: words(seconds) }))]} />
}
