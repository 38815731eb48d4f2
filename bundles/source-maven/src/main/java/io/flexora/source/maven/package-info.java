/** Files from Maven repositories, by the user's own Maven settings. */
package io.flexora.source.maven;
