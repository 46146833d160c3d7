/* A provider of security labels, which PostgreSQL has none of by itself. It is loaded by the servers of the tests, and
   refuses labels that are not of its form, as real ones do. It needs no header of a server: PLUMB_MAJOR says which major
   version it is for, and what is declared here is what that version calls (fmgr.h, commands/seclabel.h). */

struct abi {
  int version;
  int maximal_arguments;
  int maximal_index_keys;
  int name_length;
  int passes_float8_by_value;
#if PLUMB_MAJOR >= 15
  char extra[32];
#endif
};

struct magic {
  int length;
  struct abi abi;
#if PLUMB_MAJOR >= 18
  const char *name;
  const char *version;
#endif
};

struct object_address {
  unsigned int class_oid;
  unsigned int object_oid;
  int sub_id;
};

typedef void (*check_label)(const struct object_address *object, const char *label);
extern void register_label_provider(const char *provider, check_label hook);
extern unsigned char errstart(int level, const char *domain);
extern int errmsg(const char *format, ...);
extern void errfinish(const char *file, int line, const char *function);

const struct magic *Pg_magic_func(void);
void _PG_init(void);

const struct magic *Pg_magic_func(void) {
  static const struct magic magic = {.length = (int)sizeof(struct magic),
                                     .abi = {.version = PLUMB_MAJOR * 100,
                                             .maximal_arguments = 100,
                                             .maximal_index_keys = 32,
                                             .name_length = 64,
                                             .passes_float8_by_value = 1,
#if PLUMB_MAJOR >= 15
                                             .extra = "PostgreSQL"
#endif
                                     }};
  return &magic;
}

static void check(const struct object_address *object, const char *label) {
  (void)object;
  if (label == 0 || label[0] == '#') return;
  if (errstart(21, 0)) {
    errmsg("labels of the test's provider begin with #");
    errfinish(__FILE__, __LINE__, __func__);
  }
}

void _PG_init(void) { register_label_provider("plumb's own", check); }
