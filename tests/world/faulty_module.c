/* A PKCS #11 module for tests: another module, named by FAULTY_MODULE, with faults on order.
 *
 * Before each call the file that FAULTY_ORDERS names is read. A line `NAME=WHAT` is about the function of that
 * name: segfault, abort, exit, hang (in the call, holding it), spin (the same, busily),
 * slow (a third of a second), print (to standard output), or
 * the number of an error to give. `flags=NUMBER` is added to the flags of every token; `hide=NUMBER` hides a
 * mechanism; `pad=PIN` is typed on the token's own pad. Of the standard's structures only what is touched is spelled out here. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long word;
typedef word (*any)(word, word, word, word, word, word, word, word);
#define FUNCTIONS 68

struct list {
    unsigned char version[2];
    any call[FUNCTIONS];
};

static const char *const names[FUNCTIONS] = {
    [0] = "C_Initialize", [1] = "C_Finalize", [2] = "C_GetInfo", [4] = "C_GetSlotList", [6] = "C_GetTokenInfo",
    [7] = "C_GetMechanismList", [12] = "C_OpenSession", [18] = "C_Login", [20] = "C_CreateObject",
    [26] = "C_FindObjectsInit", [42] = "C_SignInit", [43] = "C_Sign", [59] = "C_GenerateKeyPair",
};
static struct list *real;
static struct list ours;

static int ordered(const char *name, char *what, size_t room)
{
    char line[200];
    size_t length = strlen(name);
    int found = 0;
    FILE *orders = fopen(getenv("FAULTY_ORDERS") ? getenv("FAULTY_ORDERS") : "", "r");
    while (orders && !found && fgets(line, sizeof line, orders))
        if (!strncmp(line, name, length) && line[length] == '=') {
            line[strcspn(line, "\n")] = 0;
            snprintf(what, room, "%s", line + length + 1);
            found = 1;
        }
    if (orders)
        fclose(orders);
    return found;
}

static word fault(const char *name)
{
    char what[100];
    if (!ordered(name, what, sizeof what))
        return 0;
    if (!strcmp(what, "segfault"))
        *(volatile int *)0 = 1;
    if (!strcmp(what, "abort"))
        abort();
    if (!strcmp(what, "exit"))
        exit(7);
    while (!strcmp(what, "hang"))
        sleep(1);
    for (volatile int turning = !strcmp(what, "spin"); turning;)
        ;
    if (!strcmp(what, "slow"))
        usleep(300000);
    if (!strcmp(what, "print")) {
        printf("the module has something to say\n");
        fflush(stdout);
        return 0;
    }
    return strtoul(what, 0, 0);
}

#define THROUGH(number) \
    static word call##number(word a, word b, word c, word d, word e, word f, word g, word h) \
    { \
        word wrong = fault(names[number]); \
        return wrong ? wrong : real->call[number](a, b, c, d, e, f, g, h); \
    }
THROUGH(0) THROUGH(1) THROUGH(2) THROUGH(4) THROUGH(12) THROUGH(20) THROUGH(26) THROUGH(42) THROUGH(59)

/* C_Sign: `short` gives half a signature, `wrong` another one. */
static word call43(word session, word data, word size, word signature, word length, word f, word g, word h)
{
    char what[100];
    word wrong, result;
    if (ordered("C_Sign", what, sizeof what) && (!strcmp(what, "short") || !strcmp(what, "wrong"))) {
        result = real->call[43](session, data, size, signature, length, f, g, h);
        if (signature && what[0] == 's')
            *(word *)length /= 2;
        if (signature && what[0] == 'w')
            ((unsigned char *)signature)[5] ^= 1;
        return result;
    }
    wrong = fault("C_Sign");
    return wrong ? wrong : real->call[43](session, data, size, signature, length, f, g, h);
}

/* C_Login: without a PIN, `pad=PIN` is what somebody types on the token's own pad. */
static word call18(word session, word user, word pin, word length, word e, word f, word g, word h)
{
    char typed[100];
    word wrong = fault("C_Login");
    if (wrong)
        return wrong;
    if (!pin && ordered("pad", typed, sizeof typed))
        return real->call[18](session, user, (word)typed, strlen(typed), e, f, g, h);
    return real->call[18](session, user, pin, length, e, f, g, h);
}

/* CK_TOKEN_INFO: label 32, manufacturer 32, model 16 and serial 16 bytes, then the flags. */
static word call6(word slot, word info, word c, word d, word e, word f, word g, word h)
{
    char what[100];
    word wrong = fault("C_GetTokenInfo");
    if (wrong)
        return wrong;
    wrong = real->call[6](slot, info, c, d, e, f, g, h);
    if (!wrong && ordered("flags", what, sizeof what))
        *(word *)(info + 96) |= strtoul(what, 0, 0);
    return wrong;
}

static word call7(word slot, word kinds, word count, word d, word e, word f, word g, word h)
{
    char what[100];
    word wrong = fault("C_GetMechanismList"), place;
    if (wrong)
        return wrong;
    wrong = real->call[7](slot, kinds, count, d, e, f, g, h);
    if (!wrong && kinds && ordered("hide", what, sizeof what))
        for (place = 0; place < *(word *)count; place++)
            if (((word *)kinds)[place] == strtoul(what, 0, 0))
                ((word *)kinds)[place] = 0x80000000UL;
    return wrong;
}

word C_GetFunctionList(struct list **given)
{
    word (*get)(struct list **);
    void *module = dlopen(getenv("FAULTY_MODULE"), RTLD_NOW);
    if (!module || fault("C_GetFunctionList"))
        return 5;
    *(void **)&get = dlsym(module, "C_GetFunctionList");
    if (get(&real))
        return 5;
    ours = *real;
    ours.call[0] = call0, ours.call[1] = call1, ours.call[2] = call2, ours.call[4] = call4, ours.call[6] = call6;
    ours.call[7] = call7, ours.call[12] = call12, ours.call[18] = call18, ours.call[20] = call20;
    ours.call[26] = call26, ours.call[42] = call42, ours.call[43] = call43, ours.call[59] = call59;
    *given = &ours;
    return 0;
}
