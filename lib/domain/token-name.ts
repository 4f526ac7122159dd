/** What a token of the site may be called: so that it reads well in the audit. */
export const tokenName = /^[\w.@-]{1,63}$/
export const mostName = 63

/** What a person adds to their own name, `ada@laptop`: so it has no @. */
export const tokenLabel = /^[\w.-]{1,30}$/
export const mostLabel = 30
