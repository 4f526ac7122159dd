import type { ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Fingerprint } from './fingerprint.tsx'

type TrustedKeyProps = {
  /** The key by which the BMC is known; null before the first use. */
  known: string | null
  /** Another one that it shows now, where that is known. */
  other: string | null
  words: { none: string; known: string; shown: string; trust: string; forget: string; forgetHint: string }
  mayEdit: boolean
  busy: boolean
  /** Trusts this key from now on; null: whatever the BMC shows next. */
  onTrust: (key: string | null) => void
  /** What is to be said of it. */
  children?: ReactNode
}

/** A key that was pinned on first use, the one that is shown instead, and the way to trust that or to begin anew. */
export function TrustedKey({ known, other, words, mayEdit, busy, onTrust, children }: TrustedKeyProps) {
  return (
    <>
      {known === null ? <p className="text-muted">{words.none}</p> : <Fingerprint label={words.known} text={known} />}
      {children}
      {other !== null && <Fingerprint label={words.shown} text={other} />}
      {mayEdit && known !== null && (
        <div className="flex flex-wrap items-center gap-3">
          {other === null ? (
            <Button busy={busy} onClick={() => onTrust(null)}>
              {words.forget}
            </Button>
          ) : (
            <Button kind="danger" busy={busy} onClick={() => onTrust(other)}>
              {words.trust}
            </Button>
          )}
          {other === null && <span className="text-label text-faint">{words.forgetHint}</span>}
        </div>
      )}
    </>
  )
}
