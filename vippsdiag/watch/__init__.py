"""Looking again and again whether keys, products and certificates still work.

watch = Watch(units, target, keys=keys)
look = watch.look()
for news in look.news:
    print(news_line(news))
"""

from vippsdiag.watch.look import Look, News, Subject
from vippsdiag.watch.watch import Watch

__all__ = ["Look", "News", "Subject", "Watch"]
