/** What a user gets wrong, and what the program makes of it. */
package io.flexora.distribution.wrong;
