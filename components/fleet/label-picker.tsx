'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { TextField } from '../ui/text-field.tsx'
import { nextAsked, stateOf } from './edit-form.ts'

/** Of more than these only the ones that a chosen node has, or that are being typed, are shown. */
const shownAtOnce = 24

type LabelPickerProps = {
  legend: string
  /** The name of the box for a new one. */
  newLabel: string
  labels: readonly { name: string; count: number }[]
  total: number
  asked: ReadonlyMap<string, boolean>
  onAsk: (asked: ReadonlyMap<string, boolean>) => void
  /** Why this cannot be a label; null when it can. */
  problemOf: (name: string) => string | null
}

/** Groups or tags of many nodes: on all, on some or on none of them, and a box for a new one. */
export function LabelPicker({ legend, newLabel, labels, total, asked, onAsk, problemOf }: LabelPickerProps) {
  const t = useTranslations('fleet.edit')
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const fresh = [...asked.keys()].filter((name) => !labels.some((label) => label.name === name)).map((name) => ({ name, count: 0 }))
  const shown = [...labels, ...fresh].filter(
    ({ name, count }) => labels.length <= shownAtOnce || count > 0 || asked.has(name) || (typed !== '' && name.toLowerCase().includes(typed.toLowerCase())),
  )
  const press = (name: string, count: number) => {
    const next = new Map(asked)
    const wanted = nextAsked(asked.get(name), count, total)
    if (wanted === undefined) next.delete(name)
    else next.set(name, wanted)
    onAsk(next)
  }
  const add = () => {
    const name = typed.trim()
    if (name === '') return
    setProblem(problemOf(name))
    if (problemOf(name) !== null) return
    onAsk(new Map(asked).set(name, true))
    setTyped('')
  }
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-label text-muted">{legend}</legend>
      {shown.length > 0 && (
        <ul className="mb-2 flex max-h-40 flex-wrap gap-x-5 gap-y-1.5 overflow-y-auto">
          {shown.map(({ name, count }) => {
            const state = stateOf(asked.get(name), count, total)
            return (
              <li key={name} className="min-w-0">
                <Checkbox checked={state === true} mixed={state === 'mixed'} onChange={() => press(name, count)} className="max-w-full">
                  <span className="truncate">{name}</span>
                  <span className="text-label text-faint">{asked.has(name) ? t(state === true ? 'onAll' : 'onNone') : t('onSome', { count, total })}</span>
                </Checkbox>
              </li>
            )
          })}
        </ul>
      )}
      <div className="flex items-start gap-2">
        <TextField
          label={newLabel}
          labelHidden
          placeholder={newLabel}
          value={typed}
          error={problem}
          maxLength={63}
          autoCapitalize="none"
          className="w-56 max-sm:flex-1"
          onChange={(event) => {
            setTyped(event.target.value)
            setProblem(null)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
        <Button onClick={add}>{t('add')}</Button>
      </div>
    </fieldset>
  )
}
