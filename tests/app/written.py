"""Write docs/reference/app-interface.json anew: python -m tests.app.written"""

import os

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from careline.channels.app import reference
    from tests.app.test_document import KEPT

    KEPT.write_bytes(reference.written())
