using System.Diagnostics;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Benchmarks;

/// <summary>
/// The annotation store on a PostgreSQL of its own that flushes to disk: loading, opening jobs, saving. Four shapes of five
/// are boxes, the others polygons of 8 to 40 points; every second one has an attribute that is not the default.
/// </summary>
internal static class StoreBenchmark
{
    private const int Loaded = 300_000;
    private const int Batches = 200;
    private const int OpsOfABatch = 100;
    private const int Saves = 500;

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        await using var server = await PostgresServer.StartAsync(durable: true, cancel);
        var options = new DbContextOptionsBuilder<AnnotatorDbContext>().UseNpgsql(server.ConnectionString, npgsql => npgsql.EnableRetryOnFailure()).Options;
        await using (var db = new AnnotatorDbContext(options))
        {
            await db.Database.MigrateAsync(cancel);
        }

        var setting = await Setting.CreateAsync(options, cancel);
        await setting.AppendAsync(setting.Jobs[0], 5_000, cancel);
        var seconds = await TimeAsync(() => setting.AppendAsync(setting.Jobs[1], Loaded, cancel));
        figures.Add("store.copy", Loaded / seconds, "shapes/s", ">= 100,000");

        await setting.AppendAsync(setting.Jobs[2], 5_000, cancel);
        figures.Add("store.open.5000", await MedianOpenAsync(setting, setting.Jobs[2], 15, cancel), "ms", "< 100");
        await setting.AppendAsync(setting.Jobs[3], 100_000, cancel);
        figures.Add("store.open.100000", await MedianOpenAsync(setting, setting.Jobs[3], 5, cancel), "ms");

        await MeasureSavesAsync(figures, setting, cancel);
        await MeasureOpsAsync(figures, setting, cancel);
    }

    private static async Task MeasureSavesAsync(Figures figures, Setting setting, CancellationToken cancel)
    {
        var job = setting.Jobs[3];
        var shapes = (await setting.StoreAsync(store => store.ReadAsync(job, null, cancel))).Shapes;
        var client = Guid.CreateVersion7();
        var times = new List<double>(Saves);
        for (var i = 1; i <= Saves + 20; i++)
        {
            var op = Move(shapes[i % shapes.Count].Id, i);
            var seconds = await TimeAsync(() => setting.StoreAsync(store => store.ApplyAsync(job, setting.User, new OpsBatch(client, i, i, [op]), cancel)));
            if (i > 20)
            {
                times.Add(seconds * 1000);
            }
        }

        figures.Add("store.save.p50", Figures.Percentile(times, 0.5), "ms");
        figures.Add("store.save.p95", Figures.Percentile(times, 0.95), "ms", "< 25");
    }

    private static async Task MeasureOpsAsync(Figures figures, Setting setting, CancellationToken cancel)
    {
        var job = setting.Jobs[2];
        var shapes = (await setting.StoreAsync(store => store.ReadAsync(job, null, cancel))).Shapes;
        var client = Guid.CreateVersion7();
        var seconds = await TimeAsync(async () =>
        {
            for (var batch = 1; batch <= Batches; batch++)
            {
                var ops = Enumerable.Range(0, OpsOfABatch).Select(i => Move(shapes[((batch * OpsOfABatch) + i) % shapes.Count].Id, batch)).ToList();
                await setting.StoreAsync(store => store.ApplyAsync(job, setting.User, new OpsBatch(client, batch, batch, ops), cancel));
            }

            return Batches;
        });
        figures.Add("store.ops", Batches * OpsOfABatch / seconds, "ops/s");
    }

    private static Op Move(long id, int step) =>
        new(OpKind.Update, AnnotationTable.Shape, id, int.MaxValue, JsonSerializer.SerializeToElement(new { z_order = step }));

    private static async Task<double> MedianOpenAsync(Setting setting, int job, int times, CancellationToken cancel)
    {
        var samples = new List<double>();
        for (var i = 0; i < times; i++)
        {
            samples.Add(1000 * await TimeAsync(() => setting.StoreAsync(store => store.WriteJsonAsync(job, null, Stream.Null, _ => true, cancel))));
        }

        return Figures.Percentile(samples, 0.5);
    }

    private static async Task<double> TimeAsync<T>(Func<Task<T>> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>A task with four jobs of 1,000 frames each and one label.</summary>
    private sealed class Setting(DbContextOptions<AnnotatorDbContext> options)
    {
        private const int FramesOfAJob = 1000;

        public int User { get; private set; }
        public List<int> Jobs { get; private set; } = [];
        private int LabelId { get; set; }
        private int ColourId { get; set; }

        public static async Task<Setting> CreateAsync(DbContextOptions<AnnotatorDbContext> options, CancellationToken cancel)
        {
            await using var db = new AnnotatorDbContext(options);
            var colour = new LabelAttribute { Name = "colour", InputType = AttributeInputType.Select, DefaultValue = "red", Values = ["red", "blue"] };
            var project = new Project { Name = "Benchmark", Labels = { new Label { Name = "car", Attributes = { colour } } } };
            var task = new AnnotationTask { Name = "Benchmark", Project = project, Data = new TaskData { Size = 4 * FramesOfAJob } };
            var jobs = Enumerable.Range(0, 4)
                .Select(i => new AnnotationJob { Task = task, StartFrame = i * FramesOfAJob, StopFrame = ((i + 1) * FramesOfAJob) - 1 })
                .ToList();
            var user = new User { UserName = "benchmark" };
            db.AddRange([user, .. jobs]);
            await db.SaveChangesAsync(cancel);
            return new Setting(options)
            {
                User = user.Id, Jobs = jobs.ConvertAll(job => job.Id), LabelId = project.Labels[0].Id, ColourId = colour.Id,
            };
        }

        public async Task<T> StoreAsync<T>(Func<AnnotationStore, Task<T>> work)
        {
            await using var db = new AnnotatorDbContext(options);
            return await work(new AnnotationStore(db, TimeProvider.System));
        }

        public Task<int> AppendAsync(int job, int count, CancellationToken cancel)
        {
            var start = Jobs.IndexOf(job) * FramesOfAJob;
            return StoreAsync(store => store.AppendAsync(job, User, Shapes(start, count).ToAsyncEnumerable(), replace: true, cancel));
        }

        private IEnumerable<AnnotationObject> Shapes(int start, int count)
        {
            var random = new Random(17);
            var blue = new Dictionary<int, string> { [ColourId] = "blue" };
            for (var i = 0; i < count; i++)
            {
                var isBox = i % 5 > 0;
                var points = new double[isBox ? 4 : 2 * random.Next(8, 41)];
                for (var number = 0; number < points.Length; number++)
                {
                    points[number] = random.NextDouble() * 1920;
                }

                yield return new Shape
                {
                    Frame = start + (int)((long)i * FramesOfAJob / count),
                    LabelId = LabelId,
                    Kind = isBox ? ShapeKind.Rectangle : ShapeKind.Polygon,
                    Points = points,
                    Attributes = i % 2 == 0 ? blue : AnnotationObject.EmptyAttributes,
                };
            }
        }
    }
}
