-- Tokens with scopes below their role, an end, and an owner; those that are there already keep all that they could.
ALTER TABLE "ApiToken"
    ADD COLUMN "scopes" TEXT[] DEFAULT ARRAY['all']::TEXT[],
    ADD COLUMN "userId" UUID,
    ADD COLUMN "createdBy" TEXT NOT NULL DEFAULT 'command line',
    ADD COLUMN "expiresAt" TIMESTAMPTZ(3),
    ADD COLUMN "lastUsedIp" TEXT,
    ADD COLUMN "refusedAt" TIMESTAMPTZ(3);

CREATE INDEX "ApiToken_userId_idx" ON "ApiToken"("userId");

ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Does this token open anything that needs one of these roles? Its scopes never change, so they were looked at when something was asked;
-- its end, its owner's account and role may have come since.
CREATE FUNCTION token_may(token TEXT, roles TEXT[]) RETURNS BOOLEAN
LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT EXISTS (
        SELECT 1 FROM "ApiToken" a LEFT JOIN "User" u ON u."id" = a."userId"
        WHERE a."id"::text = token AND a."revokedAt" IS NULL AND (a."expiresAt" IS NULL OR a."expiresAt" > now()) AND a."role" = ANY (roles)
            AND (a."userId" IS NULL OR (NOT u."disabled" AND u."role" = ANY (roles))))
$$;

CREATE OR REPLACE FUNCTION operation_may(kind TEXT, person TEXT, roles TEXT[]) RETURNS BOOLEAN
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT CASE kind
        WHEN 'person' THEN EXISTS (SELECT 1 FROM "User" u WHERE u."id"::text = person AND NOT u."disabled" AND u."role" = ANY (roles))
        WHEN 'token' THEN token_may(person, roles)
        ELSE false
    END
$$;

CREATE OR REPLACE FUNCTION console_may(kind TEXT, person UUID, session UUID, roles TEXT[]) RETURNS BOOLEAN
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT CASE kind
        WHEN 'person' THEN EXISTS (
            SELECT 1 FROM "User" u JOIN "Session" s ON s."userId" = u."id"
            WHERE u."id" = person AND NOT u."disabled" AND u."role" = ANY (roles) AND s."id" = session AND s."expiresAt" > now())
        WHEN 'token' THEN token_may(person::text, roles)
        ELSE false
    END
$$;
