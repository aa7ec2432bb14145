using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Annotator.Tests.WholeSystem;

/// <summary>A sample project of a test's own.</summary>
internal static class SampleTask
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a sample project and waits until its task has its pictures and its job.</summary>
    public static async Task<(int Task, int Job)> MakeAsync(LocalSystem system)
    {
        using var admin = await system.AdminAsync();
        using var answer = await admin.PostAsync("/api/projects/sample", null, Cancel);
        answer.EnsureSuccessStatusCode();
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("rq_id").GetString();
        var project = 0;
        await system.WaitAsync("the sample project is made", async () =>
        {
            var request = await admin.GetFromJsonAsync<JsonElement>($"/api/requests/{Uri.EscapeDataString(id!)}", Cancel);
            Assert.NotEqual("failed", request.GetProperty("status").GetString());
            project = request.GetProperty("result_id").ValueKind == JsonValueKind.Number ? request.GetProperty("result_id").GetInt32() : 0;
            return request.GetProperty("status").GetString() == "finished" && project > 0;
        });
        JsonElement tasks = default;
        await system.WaitAsync("its pictures are there", async () =>
        {
            tasks = (await admin.GetFromJsonAsync<JsonElement>(string.Create(CultureInfo.InvariantCulture, $"/api/tasks?project_id={project}"), Cancel)).GetProperty("results");
            return tasks.GetArrayLength() > 0 && tasks[0].GetProperty("size").ValueKind == JsonValueKind.Number && tasks[0].GetProperty("size").GetInt32() > 0;
        });
        var task = tasks[0].GetProperty("id").GetInt32();
        var jobs = await admin.GetFromJsonAsync<JsonElement>($"/api/jobs?task_id={task}", Cancel);
        return (task, jobs.GetProperty("results")[0].GetProperty("id").GetInt32());
    }
}
