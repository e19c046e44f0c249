import { z } from 'zod';

// The page's CSP forbids `new Function`, which zod would try once and be reported for. Imported before any schema.
z.config({ jitless: true });
