'use client'

import type { Part } from '#lib/domain/inventory.ts'
import { PartCopied, PartFacts, Slot, What } from './part-facts.tsx'

/** Parts under each other, with their version at the right: for a column that has no room for a table. */
export function PartList({ parts, label }: { parts: readonly Part[]; label: string }) {
  return (
    <ul aria-label={label} className="pb-2">
      {parts.map((part) => (
        <li key={`${part.kind} ${part.slot}`} className="border-b px-5 py-2 last:border-b-0">
          <div className="flex flex-wrap items-baseline gap-x-4">
            <Slot part={part} />
            <span className="ml-auto max-w-full">
              <PartCopied part={part} fact="firmware" />
            </span>
          </div>
          <What part={part} />
          <PartFacts part={part} left={['firmware']} />
        </li>
      ))}
    </ul>
  )
}
