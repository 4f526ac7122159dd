'use client'

import { useTranslations } from 'next-intl'
import { Dialog, DialogPart } from '#components/ui/dialog.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { showOverlay } from './palette-store.ts'
import { useModifier } from './search-button.tsx'

type Line = { words: string; keys: string[] }

function Lines({ title, lines }: { title: string; lines: Line[] }) {
  const t = useTranslations('keys')
  return (
    <DialogPart>
      <h3 className="mb-2 text-label text-faint">{title}</h3>
      <dl className="flex flex-col gap-1.5">
        {lines.map((line) => (
          <div key={line.words} className="flex items-center justify-between gap-4">
            <dt>{line.words}</dt>
            <dd className="flex items-center gap-1.5">
              {line.keys.map((key, index) => (
                <span key={key} className="flex items-center gap-1.5">
                  {index > 0 && <span className="text-label text-faint">{t('then')}</span>}
                  <Kbd>{key}</Kbd>
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </DialogPart>
  )
}

/** The list that `?` opens. */
export default function KeyList() {
  const t = useTranslations('keys')
  const modifier = useModifier()
  return (
    <Dialog open onOpenChange={(open) => !open && showOverlay(null)} title={t('title')} width="sm">
      <Lines
        title={t('anywhere')}
        lines={[
          { words: t('palette'), keys: [`${modifier}K`] },
          { words: t('filter'), keys: ['/'] },
          { words: t('goFleet'), keys: ['g', 'f'] },
          { words: t('goAlerts'), keys: ['g', 'l'] },
          { words: t('goOperations'), keys: ['g', 'o'] },
          { words: t('goEvents'), keys: ['g', 'e'] },
          { words: t('goAudit'), keys: ['g', 'a'] },
          { words: t('goSettings'), keys: ['g', 's'] },
          { words: t('list'), keys: ['?'] },
        ]}
      />
      <Lines
        title={t('rows')}
        lines={[
          { words: t('next'), keys: ['j'] },
          { words: t('previous'), keys: ['k'] },
          { words: t('select'), keys: ['x'] },
          { words: t('selectAll'), keys: ['*'] },
          { words: t('open'), keys: ['Enter'] },
        ]}
      />
    </Dialog>
  )
}
