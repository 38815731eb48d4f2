/** The manual: what it shows works, what it names is there, and what it links is part of it. */
package io.flexora.distribution.manual;
