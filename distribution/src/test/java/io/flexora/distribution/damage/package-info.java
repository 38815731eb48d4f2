/** What becomes of results that were changed by anything but Flexora. */
package io.flexora.distribution.damage;
