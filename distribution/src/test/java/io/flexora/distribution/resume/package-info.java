/** Runs that end before they are done, and go on as if they had not. */
package io.flexora.distribution.resume;
