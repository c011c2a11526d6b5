// Redigo, run as `redigo PORT DATABASE`, prints the lines that run.sh reads.
package main

import (
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/gomodule/redigo/redis"
)

func check(what string, body func() error) {
	if err := body(); err != nil {
		fmt.Printf("no %s: %s\n", what, strings.Split(err.Error(), "\n")[0])
	} else {
		fmt.Println("ok " + what)
	}
}

func equal(found, expected interface{}, err error) error {
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(found, expected) {
		return fmt.Errorf("%v instead of %v", found, expected)
	}
	return nil
}

func connect(database string) redis.Conn {
	c, err := redis.DialURL("redis://127.0.0.1:" + os.Args[1] + "/" + database)
	if err != nil {
		panic(err)
	}
	return c
}

func main() {
	fmt.Println("library redigo " + os.Getenv("VERSION"))
	database := os.Args[2]
	c := connect(database)
	check("strings", func() error {
		if _, err := c.Do("SET", "go:a", "v", "EX", 100); err != nil {
			return err
		}
		values, err := redis.Strings(c.Do("MGET", "go:a", "go:none"))
		return equal(values, []string{"v", ""}, err)
	})
	check("its keys are in its database only", func() error {
		there, err := redis.Int(c.Do("EXISTS", "go:a"))
		if err = equal(there, 1, err); err != nil || database == "0" {
			return err
		}
		there, err = redis.Int(connect("0").Do("EXISTS", "go:a"))
		return equal(there, 0, err)
	})
	check("pipelines", func() error {
		c.Send("SET", "go:p", 1)
		c.Send("INCR", "go:p")
		c.Flush()
		if _, err := c.Receive(); err != nil {
			return err
		}
		sum, err := redis.Int(c.Receive())
		return equal(sum, 2, err)
	})
	check("transactions, with WATCH", func() error {
		c.Send("MULTI")
		c.Send("SET", "go:t", 1)
		c.Send("INCR", "go:t")
		replies, err := redis.Values(c.Do("EXEC"))
		if err = equal(len(replies), 2, err); err != nil {
			return err
		}
		c.Do("WATCH", "go:t")
		connect(database).Do("INCR", "go:t")
		c.Send("MULTI")
		c.Send("SET", "go:t", 9)
		reply, err := c.Do("EXEC")
		return equal(reply, nil, err)
	})
	check("scripts", func() error {
		script := redis.NewScript(1, "return redis.call('incrby', KEYS[1], ARGV[1])")
		c.Do("DEL", "go:s")
		script.Do(c, "go:s", 7)
		sum, err := redis.Int(script.Do(c, "go:s", 7))
		return equal(sum, 14, err)
	})
}
