'use client'

import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'

/** Words that come on hover and focus. For what `title` cannot say: it loads the positioning code, so not on the fleet page. */
export function Tooltip({ words, children }: { words: ReactNode; children: ReactElement<Record<string, unknown>> }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={300} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} collisionPadding={8} className="z-60">
          <Base.Popup className="max-w-72 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-label shadow-xl">{words}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
