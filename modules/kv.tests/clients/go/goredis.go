// go-redis, run as `goredis PORT DATABASE`, prints the lines that run.sh reads.
package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"gopkg.in/redis.v5"
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
	if found != expected {
		return fmt.Errorf("%v instead of %v", found, expected)
	}
	return nil
}

func main() {
	fmt.Println("library go-redis " + os.Getenv("VERSION"))
	database, _ := strconv.Atoi(os.Args[2])
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + os.Args[1], DB: database})
	check("strings", func() error {
		if err := client.Set("gr:a", "v", 100*time.Second).Err(); err != nil {
			return err
		}
		set, err := client.SetNX("gr:a", "w", 0).Result()
		if err = equal(set, false, err); err != nil {
			return err
		}
		value, err := client.Get("gr:a").Result()
		return equal(value, "v", err)
	})
	check("its keys are in its database only", func() error {
		there, err := client.Exists("gr:a").Result()
		if err = equal(there, true, err); err != nil || database == 0 {
			return err
		}
		there, err = redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + os.Args[1]}).Exists("gr:a").Result()
		return equal(there, false, err)
	})
	check("optimistic transactions lose nothing", func() error {
		client.Set("gr:sum", 0, 0)
		var group sync.WaitGroup
		add := func(tx *redis.Tx) error {
			n, err := tx.Get("gr:sum").Int64()
			if err != nil {
				return err
			}
			_, err = tx.Pipelined(func(pipe *redis.Pipeline) error {
				pipe.Set("gr:sum", n+1, 0)
				return nil
			})
			return err
		}
		for i := 0; i < 4; i++ {
			group.Add(1)
			go func() {
				defer group.Done()
				for done := 0; done < 10; {
					if client.Watch(add, "gr:sum") == nil {
						done++
					}
				}
			}()
		}
		group.Wait()
		sum, err := client.Get("gr:sum").Int64()
		return equal(sum, int64(40), err)
	})
	check("pipelines, scripts", func() error {
		pipe := client.Pipeline()
		pipe.Set("gr:p", 1, 0)
		sum := pipe.Incr("gr:p")
		if _, err := pipe.Exec(); err != nil {
			return err
		}
		if err := equal(sum.Val(), int64(2), nil); err != nil {
			return err
		}
		script := redis.NewScript("return redis.call('get', KEYS[1])")
		value, err := script.Run(client, []string{"gr:a"}).Result()
		return equal(value, "v", err)
	})
}
