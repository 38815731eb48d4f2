/** Numbers in 16 bits, as several formats hold them. */
package io.flexora.formats.number;
