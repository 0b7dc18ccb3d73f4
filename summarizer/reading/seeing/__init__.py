"""What a reader of a page cannot see, found as a browser would: by the cascade of its styles.

visibility   what is hidden, and taken out
sight        how an element is seen: the computed styles that decide it
cascade      which declarations hold for each element
styles       the style sheets of a page
media        whether a media query holds at a desktop screen
values       lengths, opacities and colours as numbers
"""
