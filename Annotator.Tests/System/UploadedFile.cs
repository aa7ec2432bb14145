using System.Net.Http.Json;
using System.Text.Json;

namespace Annotator.Tests.WholeSystem;

/// <summary>Tasks of one file, made by the REST contract as an administrator would.</summary>
internal static class UploadedFile
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Makes a task with the label <c>car</c> of the file, and waits for its first job, whose number it answers.</summary>
    public static async Task<int> UploadAsync(this LocalSystem system, string name, byte[] content)
    {
        using var admin = await system.AdminAsync();
        var task = await JsonAsync(await admin.PostAsJsonAsync("/api/tasks", new { name, labels = new[] { new { name = "car" } } }, Cancel));
        var id = task.GetProperty("id").GetInt32();
        using var file = new ByteArrayContent(content);
        using var form = new MultipartFormDataContent { { file, "client_files[0]", name }, { new StringContent("70"), "image_quality" } };
        await JsonAsync(await admin.PostAsync($"/api/tasks/{id}/data", form, Cancel));
        var job = 0;
        await system.WaitAsync($"task {id} has a job", async () =>
        {
            var jobs = (await JsonAsync(await admin.GetAsync($"/api/jobs?task_id={id}", Cancel))).GetProperty("results");
            job = jobs.GetArrayLength() > 0 ? jobs[0].GetProperty("id").GetInt32() : 0;
            return job > 0;
        });
        return job;
    }

    /// <summary>The answer's JSON; anything but success fails the test with the server's words.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
            return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        }
    }
}
