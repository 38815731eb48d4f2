/** The door for those who embed Flexora. */
package io.flexora.host;
