'use client'

import { useState, type FormEvent } from 'react'
import type { NodeDetail, NodePatch } from '#lib/api/contract.ts'
import { usePatch } from './use-patch.ts'

/**
 * A form over a node's settings: what is typed stands over what is stored (`before`) until it is saved or discarded, so that what others
 * change meanwhile shows. `isTried`: somebody asked to save it as it is. `submit` takes what is to be saved; null where nothing can be.
 */
export function useDraft<Form extends object>(node: NodeDetail, before: Form, onSaved?: (saved: NodeDetail) => void) {
  const [draft, setDraft] = useState<Partial<Form>>({})
  const [isTried, setTried] = useState(false)
  const clear = () => {
    setDraft({})
    setTried(false)
  }
  const save = usePatch(node.name, (saved) => {
    clear()
    onSaved?.(saved)
  })
  return {
    form: { ...before, ...draft },
    isTried,
    save,
    set(change: Partial<Form>) {
      save.reset()
      setDraft({ ...draft, ...change })
    },
    submit(event: FormEvent, patch: NodePatch | null) {
      event.preventDefault()
      setTried(true)
      if (patch !== null && !save.isPending) save.mutate(patch)
    },
    discard() {
      clear()
      save.reset()
    },
  }
}
