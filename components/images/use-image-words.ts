'use client'

import { useTranslations } from 'next-intl'
import { ApiError } from '#lib/api/fetcher.ts'
import type { ImageFailure } from '#lib/domain/image.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { useErrorWords } from '../errors/use-error-words.ts'

/** Why an image did not come to be. */
export function useFailureWords(): (failure: ImageFailure) => string {
  const t = useTranslations('images.failed')
  return ({ code, text }) => t(code, { text: text ?? '' })
}

const known = ['name-taken', 'quota', 'disk-full', 'depot-away', 'not-allowed', 'image-used', 'unknown-image', 'too-large', 'file'] as const

/** What did not fit, and into how much. */
export type Misfit = { needBytes: number; leftBytes: number }

/** What a refusal of the library means for whoever asked; the rest is said as everywhere. */
export function useRefusalWords(): (error: unknown, misfit?: Misfit) => string {
  const t = useTranslations('images.refused')
  const words = useErrorWords()
  return (error, { needBytes, leftBytes } = { needBytes: 0, leftBytes: 0 }) => {
    const { code, message } = error instanceof ApiError || isProblem(error) ? error : { code: '', message: '' }
    const key = known.find((one) => one === code)
    if (key !== undefined) return t(key, { message, need: toSizeText(needBytes), left: toSizeText(leftBytes) })
    return words(error)
  }
}

const isProblem = (error: unknown): error is { code: string; message: string } => typeof error === 'object' && error !== null && 'code' in error && 'message' in error
