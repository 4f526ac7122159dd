'use client'

import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { TextField, type TextFieldProps } from './text-field.tsx'
import { useWords } from './words.tsx'

/** A password, hidden until one asks to see it. */
export function PasswordField(props: Omit<TextFieldProps, 'type' | 'after'>) {
  const words = useWords()
  const [shown, setShown] = useState(false)
  const Icon = shown ? EyeOff : Eye
  return (
    <TextField
      autoCapitalize="none"
      {...props}
      type={shown ? 'text' : 'password'}
      after={
        <button
          type="button"
          aria-label={shown ? words.hide : words.show}
          title={shown ? words.hide : words.show}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="flex size-7 items-center justify-center rounded-sm text-muted hover:text-text max-sm:size-10"
        >
          <Icon size={15} aria-hidden />
        </button>
      }
    />
  )
}
