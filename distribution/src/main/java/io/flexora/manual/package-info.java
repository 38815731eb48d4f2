/**
 * Makes the manual: the pages of {@code docs/}, the reference made from the installed plugins and
 * commands, and the menu.
 */
package io.flexora.manual;
