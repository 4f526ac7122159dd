import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '#components/ui/button.tsx'

/** A part of the settings: its name, a sentence, what can be done, and the thing itself, with a hairline to the next. */
export function Section({ title, text, action, children }: { title: string; text?: ReactNode; action?: ReactNode; children: ReactNode }) {
  return (
    <section className="border-b pb-5 last:border-b-0">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-2 px-5 pt-4 pb-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-medium">{title}</h2>
          {text !== undefined && <p className="mt-0.5 max-w-prose text-muted">{text}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  )
}

/** As a section's `action`: adds one of what it lists. */
export const AddButton = ({ onClick, children }: { onClick: () => void; children: ReactNode }) => (
  <Button onClick={onClick}>
    <Plus size={15} aria-hidden />
    {children}
  </Button>
)
