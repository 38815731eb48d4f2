/** The example plugin's walk, followed as its reader would. */
package io.flexora.distribution.example;
