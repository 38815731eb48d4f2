/** What the build does to an installation beside putting it together. */
package io.flexora.release;
